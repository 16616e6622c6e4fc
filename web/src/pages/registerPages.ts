export { EditProduct, NewProduct } from './ProductForm';
export { ProductPage, Products } from './Products';
export { ReleasePage } from './Release';
export { EditSite, NewSite, SitePage, Sites } from './Sites';
